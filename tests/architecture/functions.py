"""Reads the functions of C++ sources in the house format: their names, lengths and parameters."""

import re
from typing import NamedTuple


class Function(NamedTuple):
    name: str
    line: int  # of its first word
    lines: int  # from there to the closing brace; 0: declared alone
    parameters: int


BLANKED = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r'|R"(?P<mark>[^()\s]*)\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'"
    r"|^[ \t]*#(?:\\\n|[^\n])*",
    re.DOTALL | re.MULTILINE)
TEMPLATE = re.compile(r"template\s*<")
ATTRIBUTES = re.compile(r"\[\[.*?\]\]|\b(?:alignas|decltype|noexcept|requires|__attribute__)\s*(?=\()")
TYPE = re.compile(r"^(?:typedef\s+)?(?:class|struct|union|enum)\b[^()]*$")
ACCESS = re.compile(r"^\s*(?:(?:public|private|protected)\s*:\s*)+")
BODY = re.compile(r"(?:\)|\}|\b(?:const|noexcept|override|final|try|mutable)|->[^;{}]*|&)\s*$")


def blanked(text):
    """The text without comments, literals and directives; every line stays where it is."""
    def blank(hit):
        return re.sub(r"[^\n]", " ", hit.group(0))
    return BLANKED.sub(blank, text)


def group_end(text, start):
    """The index after the bracket that closes the one at `start`."""
    pairs = {"(": ")", "<": ">", "[": "]", "{": "}"}
    opened, at = text[start], start + 1
    while at < len(text):
        if text[at] == pairs[opened] and not (opened == "<" and text[at - 1] == "-"):
            return at + 1
        nested = text[at] in pairs and (text[at] != "<" or opened == "<")
        at = group_end(text, at) if nested else at + 1
    return len(text)


def without_prefixes(head):
    """A declaration without `template <…>`, attributes, and words like alignas(64) or noexcept(x)."""
    while (hit := TEMPLATE.match(head)) is not None:
        head = head[group_end(head, hit.end() - 1):].lstrip()
    while (hit := ATTRIBUTES.search(head)) is not None:
        end = group_end(head, hit.end()) if head[hit.end():hit.end() + 1] == "(" else hit.end()
        head = (head[:hit.start()] + " " + head[end:]).strip()
    return head


def parameter_count(group):
    """Parameters of a list in its parentheses."""
    inside = group[1:-1].strip()
    if inside in ("", "void"):
        return 0
    count, at = 1, 0
    while at < len(inside):
        count += inside[at] == ","
        at = group_end(inside, at) if inside[at] in "([{<" else at + 1
    return count


def parameters_at(head):
    """The index of the first parenthesis that is not inside template arguments; -1 without one."""
    at = 0
    while at < len(head) and head[at] != "(":
        at = group_end(head, at) if head[at] == "<" else at + 1
    return at if at < len(head) else -1


def split_head(head):
    """(name, parameters) of a declaration; None where it is no function."""
    head = without_prefixes(head)
    operator = re.search(r"\boperator\s*(\(\)|\[\]|[^\s(]+|\s\w[\w:]*)\s*\(", head)
    start = operator.end() - 1 if operator else parameters_at(head)
    if start < 0:
        return None
    before = head[:start]
    if not operator and ("=" in before or not re.search(r"[\w>~]\s*$", before)):
        return None
    if re.match(r"(?:using|return|static_assert|friend class|typedef|extern template)\b", before):
        return None
    name = operator.group(0)[:-1].strip() if operator else re.search(r"[~\w:]+(?:<.*>)?\s*$", before).group(0)
    return name.strip(), parameter_count(head[start:group_end(head, start)])


class Reader:
    """Walks over a source and keeps the functions that stand in namespaces and types."""

    def __init__(self, text):
        self.text = blanked(text)
        self.functions = []
        self.scopes = []  # "names" for namespaces and types, "inside" for what only nests, or a head
        self.head = 0  # where the declaration begins that is being read
        self.round = 0  # depth of parentheses

    def add(self, start, end, is_body):
        head = self.text[start:end]
        skipped = len(head) - len(head[ACCESS.match(head).end():] if ACCESS.match(head) else head)
        start += skipped
        start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
        found = split_head(self.text[start:end].strip())
        if found is None:
            return None
        line = self.text.count("\n", 0, start) + 1
        if not is_body:
            self.functions.append(Function(found[0], line, 0, found[1]))
        return found[0], line, found[1]

    def open(self, at):
        head = ACCESS.sub("", self.text[self.head:at]).strip()
        bare = without_prefixes(head)
        if self.scopes and self.scopes[-1] != "names" or self.round > 0:
            self.scopes.append("inside")
        elif re.match(r"(?:inline )?namespace\b|extern\s*$", bare) or TYPE.match(bare):
            self.scopes.append("names")
            self.head = at + 1
        elif BODY.search(bare) and (found := self.add(self.head, at, True)) is not None:
            self.scopes.append(found)
        else:
            self.scopes.append("inside")  # a braced value: the declaration goes on after it

    def close(self, at):
        scope = self.scopes.pop() if self.scopes else "names"
        if scope == "inside":
            return
        if scope != "names":
            name, line, parameters = scope
            lines = self.text.count("\n", 0, at) + 2 - line
            self.functions.append(Function(name, line, lines, parameters))
        self.head = at + 1

    def read(self):
        for at, letter in enumerate(self.text):
            if letter in "()":
                self.round += 1 if letter == "(" else -1
            elif letter == "{":
                self.open(at)
            elif letter == "}":
                self.close(at)
            elif letter == ";" and self.round == 0:
                if not self.scopes or self.scopes[-1] == "names":
                    self.add(self.head, at, False)
                    self.head = at + 1
        return self.functions


def functions_of(text):
    """The functions that a source declares or defines outside functions."""
    return Reader(text).read()


def lambdas_of(text):
    """(line, parameters) of every lambda."""
    text = blanked(text)
    starts = [hit.end() - 1 for hit in re.finditer(r"[\[,(=&\w]\]\s*(?:<[^;{}()]*>\s*)?\(", text)]
    return [(text.count("\n", 0, at) + 1, parameter_count(text[at:group_end(text, at)]))
            for at in starts]
