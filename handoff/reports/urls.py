from django.urls import path

from handoff.reports import views

urlpatterns = [
    path("marketing", views.marketing_page, name="marketing"),
    path("sales", views.sales_page, name="sales"),
    path("sales/overdue", views.overdue_page, name="overdue"),
    path("funnel", views.funnel_page, name="funnel"),
    path("leads", views.leads, name="leads"),
    path("reports/contacts", views.contacts, name="report-contacts"),
]
