"""A made-up world for the benchmark of the inbox: contacts, leads and their stories, in bulk.

Rows are made by the database itself, by `generate_series`; the same for the same size. Of the leads
a tenth waits in the queue, a tenth is being worked on, the others are closed.
"""

import time
from datetime import datetime

from bench.scoring_world import told

TEAMS = 5
CONTACTS = """
    INSERT INTO records_contact
        (email, first_name, last_name, job_title, role, seniority, phone, country, source, campaign,
         company_id, attributes, consent_source, opt_out_source, do_not_contact, created_at)
    SELECT 'person' || i || '@company' || i / 10 || '.example',
           (ARRAY['Ada', 'Ben', 'Clara', 'Dario', 'Elif', 'Finn', 'Greta', 'Hanna', 'Ivo', 'Jana',
                  'Karim', 'Lena', 'Mira', 'Noah', 'Olga', 'Pablo', 'Rosa', 'Sven', 'Tarek'])
               [1 + i %% 19],
           (ARRAY['Ber', 'Dan', 'Fal', 'Gor', 'Hol', 'Kan', 'Lim', 'Mor', 'Nor', 'Pet', 'Ros'])
               [1 + i / 7 %% 11]
               || (ARRAY['a', 'en', 'i', 'o', 'u', 'ev', 'ig'])[1 + i / 77 %% 7]
               || (ARRAY['berg', 'dahl', 'feld', 'kamp', 'lund', 'mann', 'nova', 'rossi', 'stein',
                         'sund', 'thal', 'vic', 'wood'])[1 + i / 539 %% 13],
           (ARRAY['VP Sales', 'Head of Data', 'Developer'])[1 + i %% 3], '', '', '', 'Germany',
           (ARRAY['Webinar', 'Newsletter', 'Paid search'])[1 + i %% 3], '',
           (SELECT min(id) FROM records_company) + i / 10, '{}', '', '', false, %(at)s
    FROM generate_series(0, %(contacts)s - 1) i"""
COMPANIES = """
    INSERT INTO records_company
        (domain, external_id, name, industry, employees, country, region, status, attributes,
         created_at)
    SELECT 'company' || i || '.example', '', 'Company ' || i, 'Software', 10 + i %% 2000, '',
           (ARRAY['North', 'South', 'East'])[1 + i %% 3], 'prospect', '{}', %(at)s
    FROM generate_series(0, %(contacts)s / 10) i"""
SCORES = """
    INSERT INTO scoring_contactscore
        (contact_id, definition_id, behaviour, fit, total, fit_possible, grade, band, high_intent,
         disqualified_by, approachable, qualified, day, scored_at)
    SELECT id, %(definition)s, 20 + id %% 60, 20, 40 + id %% 60, 20,
           (ARRAY['A', 'B', 'C', 'D'])[1 + id %% 4], 1 + id %% 4, 1, '', true, true, %(at)s, %(at)s
    FROM records_contact"""
LEADS = """
    INSERT INTO handoff_lead
        (contact_id, stage, version, origin, team_id, owner_id, handed_over_at, stage_since,
         hand_raised_at, hand_raise, definition_id, total, behaviour, fit, grade, band, receipt,
         why, reason_id, first_verdict_at, accepted_at)
    SELECT first.id + i::bigint * %(contacts)s / %(leads)s, stage.name, 1, 'score',
           teams.ids[1 + i %% 7],
           CASE WHEN stage.name IN ('accepted', 'sql') OR i %% 3 = 0
                THEN reps.ids[1 + i / 10 %% array_length(reps.ids, 1)] END,
           handed.at, handed.at, CASE WHEN i %% 50 = 0 THEN handed.at END, '', %(definition)s,
           40 + (i * 7919) %% 60, 20, 20, (ARRAY['A', 'B', 'C', 'D'])[1 + i %% 4], 1 + i %% 4,
           %(receipt)s, 'Pricing page visited 3× +24 · Webinar booked +20 = 64',
           CASE WHEN stage.name = 'recycled' THEN %(reason)s END,
           CASE WHEN stage.name NOT IN ('queued', 'expired') THEN handed.at END,
           CASE WHEN stage.name IN ('accepted', 'won', 'lost') THEN handed.at END
    FROM generate_series(0, %(leads)s - 1) i,
         LATERAL (SELECT (ARRAY['queued', 'accepted', 'recycled', 'recycled', 'recycled',
                                'disqualified', 'disqualified', 'lost', 'won', 'expired'])
                         [1 + i %% 10] AS name) stage,
         LATERAL (SELECT %(at)s::timestamptz - make_interval(mins => i %% 100000) AS at) handed,
         (SELECT array_agg(id ORDER BY id) AS ids FROM users_team) teams,
         (SELECT array_agg(id ORDER BY id) AS ids FROM users_user) reps,
         (SELECT min(id) AS id FROM records_contact) first"""
TRANSITIONS = """
    INSERT INTO handoff_transition
        (lead_id, version, from_stage, to_stage, at, note, action, reason_id)
    SELECT id, 1, '', stage, handed_over_at, '', 'hand_over', reason_id FROM handoff_lead"""
EVENTS = """
    INSERT INTO records_event
        (source_id, message_id, kind, name, properties, occurred_at, received_at, day, contact_id,
         anonymous_id, by_device, is_bot, revision)
    SELECT %(source)s, lead.id || '-' || n, 'track', 'Webinar Booked', '{"webinar": "Live"}',
           moment.at, moment.at, moment.at::date, lead.contact_id, '', false, false, 1
    FROM handoff_lead lead, generate_series(1, 20) n,
         LATERAL (SELECT lead.handed_over_at - make_interval(hours => n) AS at) moment
    WHERE lead.stage IN ('queued', 'accepted')"""
CHANGES = """
    INSERT INTO scoring_scorechange
        (contact_id, definition_id, at, day, behaviour_from, behaviour_to, fit_from, fit_to,
         qualified_to, cause, signals, fields, company_fields)
    SELECT lead.contact_id, %(definition)s, lead.handed_over_at - make_interval(hours => n),
           (lead.handed_over_at)::date, 10 + n, 12 + n, 20, 20, false, 'facts',
           '[]', '[]', '[]'
    FROM handoff_lead lead, generate_series(1, 8) n WHERE lead.stage IN ('queued', 'accepted')"""


def make(*, contacts: int, leads: int, values: dict, at: datetime) -> None:
    """Fills the database. `values`: the ids of the definition, reason and source, the receipt."""
    from django.db import connection, transaction

    sizes = values | {"contacts": contacts, "leads": leads, "at": at}
    with transaction.atomic(), connection.cursor() as cursor:
        # The made rows refer to each other as they should: nobody needs to check each of them.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (COMPANIES, CONTACTS, SCORES, LEADS, TRANSITIONS, EVENTS, CHANGES):
            began = time.monotonic()
            cursor.execute(statement, sizes)
            table = statement.split()[2]
            told(f"{table}: {cursor.rowcount:,} rows in {time.monotonic() - began:.0f} s")
        cursor.execute("ANALYZE")
