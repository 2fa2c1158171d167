from django.urls import path

from leadhub.contacts import views

urlpatterns = [
    path("contacts", views.contacts, name="contacts"),
    path("contacts/<int:pk>", views.contact, name="contact"),
    path("contacts/<int:pk>/receipt.json", views.contact_receipt, name="contact-receipt"),
    path("contacts/<int:pk>/timeline", views.contact_timeline, name="contact-timeline"),
    path("companies", views.companies, name="companies"),
    path("companies/<int:pk>", views.company, name="company"),
]
