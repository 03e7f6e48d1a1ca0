"""Read what the SDK writes: form-encoded bodies with brackets, `line_items[0][price_data][currency]=eur`."""

import re
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec

from infra.services.payments import errors

Params = TypeVar("Params")
Form = dict[str, "FormValue"]
FormValue = str | list["FormValue"] | Form

_MOST_METADATA, _LONGEST_METADATA_KEY, _LONGEST_METADATA_VALUE = 50, 40, 500
_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_UNKNOWN_FIELD = re.compile(r"unknown field `(?P<name>[^`]+)`(?: - at `\$\.?(?P<place>[^`]*)`)?")
_MISSING_FIELD = re.compile(r"missing required field `(?P<name>[^`]+)`(?: - at `\$\.?(?P<place>[^`]*)`)?")
_BAD_VALUE = re.compile(r"at `\$\.?(?P<place>[^`]*)`")


def decode(body: str) -> Form:
    """Turn a query string or a form body into nested objects and lists of strings.

    Objects whose keys are 0, 1, 2… become lists in that order; `key[]` appends.

    Raises:
        StripeError: when a key's brackets do not close, or a key is used both as a value and as an object.
    """
    root: Form = {}
    for key, value in parse_qsl(body, keep_blank_values=True):
        matched = _KEY.match(key)
        if matched is None:
            raise errors.invalid_parameter(f"Invalid parameter name: {key}", param=key)
        _place(root, path=[matched[1], *re.findall(r"\[([^\[\]]*)\]", matched[2])], value=value, key=key)
    return {key: _listed(value) for key, value in root.items()}


def read(form: Form, kind: type[Params]) -> Params:
    """Return the parameters of one endpoint as a struct.

    Raises:
        StripeError: on an unknown, missing or unreadable parameter, named as Stripe names it (`line_items[0][price]`).
    """
    try:
        return msgspec.convert(form, kind, strict=False)
    except msgspec.ValidationError as failure:
        raise _refusal(str(failure)) from failure


def check_metadata(metadata: dict[str, str], *, param: str = "metadata") -> None:
    """Refuse more than Stripe keeps: 50 keys of 40 characters, values of 500 (docs.stripe.com/api/metadata).

    Raises:
        StripeError: one of the three is passed.
    """
    if len(metadata) > _MOST_METADATA:
        raise errors.invalid_parameter(f"You can have at most {_MOST_METADATA} metadata keys.", param=param)
    for key, value in metadata.items():
        if len(key) > _LONGEST_METADATA_KEY:
            message = f"Metadata keys can have up to {_LONGEST_METADATA_KEY} characters, but you passed in {key}."
            raise errors.invalid_parameter(message, param=f"{param}[{key}]")
        if len(value) > _LONGEST_METADATA_VALUE:
            message = f"Metadata values can have up to {_LONGEST_METADATA_VALUE} characters."
            raise errors.invalid_parameter(message, param=f"{param}[{key}]")


def _place(root: Form, *, path: list[str], value: str, key: str) -> None:
    node = root
    for step, part in enumerate(path):
        name = part or str(len(node))
        if step == len(path) - 1:
            node[name] = value
            return
        below = node.setdefault(name, {})
        if not isinstance(below, dict):
            raise errors.invalid_parameter(f"Invalid object: {key}", param=key)
        node = below


def _listed(value: FormValue) -> FormValue:
    if not isinstance(value, dict):
        return value
    parts = {key: _listed(below) for key, below in value.items()}
    if parts and all(key.isdecimal() for key in parts):
        return [parts[key] for key in sorted(parts, key=int)]
    return parts


def _refusal(message: str) -> errors.StripeError:
    if found := _UNKNOWN_FIELD.search(message):
        name = _bracketed(found["place"] or "", found["name"])
        text = f"Received unknown parameter: {name}"
        return errors.invalid_parameter(text, param=name, code="parameter_unknown")
    if found := _MISSING_FIELD.search(message):
        name = _bracketed(found["place"] or "", found["name"])
        text = f"Missing required param: {name}."
        return errors.invalid_parameter(text, param=name, code="parameter_missing")
    found = _BAD_VALUE.search(message)
    name = _bracketed(found["place"] if found else "", "")
    return errors.invalid_parameter(f"Invalid value for {name}: {message}", param=name)


def _bracketed(place: str, name: str) -> str:
    """Write msgspec's `line_items[0].price_data` as Stripe's `line_items[0][price_data]`."""
    parts = [part for part in re.split(r"[.\[\]]+", place) if part] + ([name] if name else [])
    return parts[0] + "".join(f"[{part}]" for part in parts[1:]) if parts else ""
