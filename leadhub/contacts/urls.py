from django.urls import path

from leadhub.contacts import bot_views, merge_views, views

urlpatterns = [
    path("contacts", views.contacts, name="contacts"),
    path("contacts/<int:pk>", views.contact, name="contact"),
    path("contacts/<int:pk>/receipt.json", views.contact_receipt, name="contact-receipt"),
    path("contacts/<int:pk>/timeline", views.contact_timeline, name="contact-timeline"),
    path("companies", views.companies, name="companies"),
    path("companies/<int:pk>", views.company, name="company"),
    path("contacts/<int:pk>/merge", merge_views.merge, name="merge"),
    path("merges/<int:pk>/undo", merge_views.undo, name="undo-merge"),
    path("lists/merge-suggestions", merge_views.suggestions, name="merge-suggestions"),
    path("lists/merge-suggestions/<int:pk>/dismiss", merge_views.dismiss, name="dismiss-merge"),
    path("lists/bots", bot_views.bots, name="bots"),
]
