from leadhub.intake.models import SourceKey
from leadhub.records.models import Source
from tests.routes.examples import Example, Scope


def public_key(world) -> str:
    return SourceKey.issue(Source.objects.create(name="Site", kind=Source.Kind.BROWSER))[1]


EXAMPLES = {
    "intake-receive": Example(lambda world: {"route": "track"}, Scope.EVERYONE),
    "intake-project-settings": Example(
        lambda world: {"key": public_key(world)}, Scope.EVERYONE, answers=(200,)
    ),
}
