"""The admin, as LeadHub's own site: what an organisation sets up, and its ledgers to read."""

from functools import wraps

from django.contrib.admin import AdminSite, autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from leadhub import setting_up


class LeadHubAdminSite(AdminSite):
    site_header = "LeadHub"
    site_title = "LeadHub"
    index_title = "Set up"
    # LeadHub's own sidebar lists the models.
    enable_nav_sidebar = False

    def login(self, request, extra_context=None):
        """There is one sign-in page; it checks where `next` leads."""
        wanted = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': wanted})}")

    def get_app_list(self, request, app_label=None):
        """All models by what they are for; an app's own page has its own, as Django lists them."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else setting_up.grouped(apps)

    def admin_view(self, view, cacheable=False):
        """An address that names a number beyond any column names nothing."""
        answer = super().admin_view(view, cacheable)

        @wraps(answer)
        def found(request, *args, **kwargs):
            try:
                return answer(request, *args, **kwargs)
            except OverflowError as error:
                if request.method != "GET":
                    raise
                raise Http404 from error

        return found


class LeadHubAdmin(SimpleAdminConfig):
    """The admin's pages are found with the routes (`leadhub/urls.py`), and by checks: who serves no
    pages starts sooner without them.
    """

    default_site = "leadhub.admin_site.LeadHubAdminSite"

    def ready(self):
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_every_page, checks.Tags.admin)


def check_every_page(app_configs, **options) -> list[checks.CheckMessage]:
    autodiscover()
    return check_admin_app(app_configs, **options)
