"""Curves over logarithmic axes as SVG, by hand: a plot needs no package."""

import math
from html import escape

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 420, 260, 56, 34, 150, 40
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e")


def write(path, curves):
    """One panel an axis, stacked; curves: (axis, quantity, [(size, value)])."""
    panels = {}
    for axis, quantity, points in curves:
        panels.setdefault(axis, []).append((quantity, points))
    total = HEIGHT * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + RIGHT} {total}" font-family="sans-serif"'
        ' font-size="11">',
        f'<rect width="{WIDTH + RIGHT}" height="{total}" fill="white"/>',
    ]
    for number, (axis, lines) in enumerate(panels.items()):
        parts.append(f'<g transform="translate(0,{number * HEIGHT})">{_panel(axis, lines)}</g>')
    parts.append("</svg>\n")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts))


def _panel(axis, lines):
    sizes = [size for _, points in lines for size, _ in points]
    values = [value for _, points in lines for _, value in points if value > 0]
    x = _scale(min(sizes), max(sizes), LEFT, WIDTH - 10)
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))
    y = _scale(low, high, HEIGHT - BOTTOM, TOP)
    parts = [f'<text x="{LEFT}" y="20" font-weight="bold">cost by {escape(axis)}</text>']
    for exponent in range(round(math.log10(low)), round(math.log10(high)) + 1):
        at = y(10**exponent)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10**exponent:,g}</text>')
    for size in sorted(set(sizes)):
        parts.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{size:,}</text>')
    for colour, (quantity, points) in zip(COLOURS, lines):
        drawn = [(x(size), y(value)) for size, value in points if value > 0]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in drawn)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.extend(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in drawn)
    for number, (colour, (quantity, _)) in enumerate(zip(COLOURS, lines)):
        at = TOP + 10 + 18 * number
        parts.append(f'<rect x="{WIDTH + 4}" y="{at - 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{WIDTH + 20}" y="{at}">{escape(quantity)}</text>')
    return "\n".join(parts)


def _scale(low, high, first, last):
    span = math.log(high) - math.log(low) or 1.0
    return lambda value: first + (math.log(value) - math.log(low)) / span * (last - first)
