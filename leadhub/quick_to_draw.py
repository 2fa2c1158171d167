"""Objects that templates read so often that it counts how."""


class QuickToDraw:
    """A template asks an object for an item first, and for an attribute once that has failed: the
    failing takes several times as long as the reading. Of these, items are the attributes.
    """

    __slots__ = ()

    def __getitem__(self, name: str):
        return getattr(self, name)
