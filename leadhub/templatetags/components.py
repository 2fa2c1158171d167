"""The tags and filters with which templates draw LeadHub's own components."""

from django import template

register = template.Library()
