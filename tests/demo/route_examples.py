"""Arguments of the tour's routes: each leads on to pages that have permissions of their own."""

from tests.routes.examples import Example, Scope

EXAMPLES = {
    "tour": Example(lambda world: {"stop": "funnel"}, Scope.EVERYONE),
    "sign-in-as": Example(lambda world: {"role": "rep"}, Scope.EVERYONE),
}
