"""What Django's own apps bring to the admin and LeadHub has no use for."""

from django.contrib import admin
from django.contrib.auth.models import Group

# The role alone decides what a person may do.
admin.site.unregister(Group)
