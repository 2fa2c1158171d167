"""What can keep a notice from being sent."""


class NotSent(Exception):
    """It certainly did not go out: worth another try."""


class Unreachable(NotSent):
    """The server could not be reached: nothing else would reach it now either."""


class Refused(NotSent):
    """The server will never take it: another try would be refused as well."""


class Silent(NotSent):
    """No answer came; whoever got it knows a second copy, so that another try does no harm."""


class InDoubt(NotSent):
    """It was handed over, and no answer came: it may have gone out."""
