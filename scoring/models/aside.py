"""Who can't be scored."""

from leadhub.records.models import Freshness


class ContactSetAside(Freshness):
    """A contact that can't be scored as its facts stand: set aside until they change."""

    class Meta:
        proxy = True
        verbose_name = "contact set aside"
        verbose_name_plural = "contacts set aside"
