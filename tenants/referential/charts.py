"""The weights of a version as one HTML page that needs nothing else: a bar a level, m and u beside it."""

from collections.abc import Iterator
from html import escape
from typing import Final

from tenants.referential.matching.levels import COMPARISONS
from tenants.referential.matching.model import Model, level_bits

_WIDEST: Final = 20.0
_STYLE: Final = """body{font:15px/1.4 system-ui,sans-serif;max-width:60rem;margin:2rem auto;color:#222}
table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}td,th{padding:.15rem .5rem;text-align:right}
td:first-child,th:first-child{text-align:left;width:11rem}td:last-child{width:24rem}
.bar{position:relative;height:.9rem;background:linear-gradient(#999,#999) 50% 0/1px 100% no-repeat}
.bar i{position:absolute;top:0;bottom:0}.for{background:#2a7f62}.against{background:#b5432e}"""


def weights_page(model: Model, *, cards: int) -> str:
    """Return the page of a version that was learnt from so many cards."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(model.version)}</title><style>{_STYLE}</style>'
        f"<h1>Weights {escape(model.version)}</h1><p>{cards:,} cards; {model.pairs_a_card:.2f} cards of the same person for "
        f"each; m: how often two cards of one person compare so; u: two cards taken at random; in bits, the base-2 logarithm of "
        f"m ÷ u. Where a value is the same, its own share takes the place of u.</p>{''.join(_tables(model))}</html>"
    )


def _tables(model: Model) -> Iterator[str]:
    for name, levels in COMPARISONS.items():
        rows = zip(
            levels,
            model.match[name],
            model.chance[name],
            level_bits(model.match[name], model.chance[name])[1:],
            strict=True,
        )
        lines = "".join(
            f"<tr><td>{escape(level.name.lower().replace('_', ' '))}</td><td>{m:.4g}</td><td>{u:.4g}</td>"
            f"<td>{bits:+.1f}</td><td>{_bar(float(bits))}</td></tr>"
            for level, m, u, bits in rows
        )
        yield f"<h2>{name}</h2><table><tr><th>level</th><th>m</th><th>u</th><th>bits</th><th></th></tr>{lines}</table>"
    if model.kin:
        yield f"<h2>against a household (prior {model.kin_prior:+.1f} bits)</h2>"
        for name, values in model.kin.items():
            lines = "".join(
                f"<tr><td>{escape(level.name.lower().replace('_', ' '))}</td><td>{bits:+.1f}</td><td>{_bar(bits)}</td></tr>"
                for level, bits in zip(COMPARISONS[name], values, strict=True)
            )
            yield f"<h3>{name}</h3><table><tr><th>level</th><th>bits</th><th></th></tr>{lines}</table>"


def _bar(bits: float) -> str:
    width = min(abs(bits), _WIDEST) / _WIDEST * 50
    left, side = (50.0, "for") if bits >= 0 else (50 - width, "against")
    return f'<div class="bar"><i class="{side}" style="left:{left:.1f}%;width:{width:.1f}%"></i></div>'
