"""The admin, as LeadHub's own site: what an organisation sets up, and its ledgers to read."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class LeadHubAdminSite(AdminSite):
    site_header = "LeadHub"
    site_title = "LeadHub"
    index_title = "Set up"
    enable_nav_sidebar = True


class LeadHubAdmin(AdminConfig):
    default_site = "leadhub.admin_site.LeadHubAdminSite"
