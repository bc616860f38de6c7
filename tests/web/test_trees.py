"""Trees of units and concepts."""

from kankei.release.reader import Release
from kankei.web.html.localizer import Links, Localizer
from kankei.web.resources.trees import Branch, Tree


def shape(branch: Branch) -> object:
    return (branch.value.title, [shape(each) for each in branch.below])


def test_a_tree_is_what_is_below_a_thing(seed_release: Release) -> None:
    tree = Tree.of([("b", "a"), ("c", "a"), ("d", "c"), ("a", "top")])
    branch = tree.branch(Localizer(Links(seed_release), "en"), "a", "a")
    assert shape(branch) == ("a", [("b", []), ("c", [("d", [])])])
    assert (branch.is_itself, branch.size, branch.below[1].size) == (True, 3, 1)
    assert (tree.above("d"), tree.below("a")) == (["top", "a", "c"], {"b", "c", "d"})


def test_a_circle_ends(seed_release: Release) -> None:
    tree = Tree.of([("a", "b"), ("b", "a")])
    assert shape(tree.branch(Localizer(Links(seed_release), "en"), "a", "a")) == ("a", [("b", [])])
    assert (tree.above("a"), tree.below("a")) == (["a", "b"], {"b"})
