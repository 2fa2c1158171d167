"""Every route. What each asks for is in `leadhub/users/access.py`."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

from leadhub import health, home, styleguide
from leadhub.demo import views as demo_views
from leadhub.users.forms import SignInForm

admin.autodiscover()

urlpatterns = [
    path("", home.home, name="home"),
    path("start", home.start, name="start"),
    path("start/progress", home.start_progress, name="start-progress"),
    path("start/key", home.start_key, name="start-key"),
    path(
        "sign-in",
        demo_views.SignIn.as_view(template_name="sign_in.html", authentication_form=SignInForm),
        name="sign-in",
    ),
    path("sign-in/as/<str:role>", demo_views.sign_in_as, name="sign-in-as"),
    path("sign-out", auth_views.LogoutView.as_view(), name="sign-out"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("leadhub.contacts.urls")),
    path("", include("scoring.urls")),
    path("", include("handoff.inbox.urls")),
    path("", include("handoff.worklists.urls")),
    path("", include("handoff.notices.urls")),
    path("", include("handoff.staffing.urls")),
    path("demo", demo_views.about, name="demo"),
    path("tour/show", demo_views.show_tour, name="tour-show"),
    path("tour/<str:stop>", demo_views.stop, name="tour"),
    path("test-event", demo_views.test_event, name="test-event"),
    path("styleguide", styleguide.styleguide, name="styleguide"),
    path("", include("handoff.reports.urls")),
    path("admin/", admin.site.urls),
    path("", include("leadhub.intake.urls")),
]
