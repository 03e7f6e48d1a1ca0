"""Print a page of HTML by weasyprint, warm, in a Python that has it: `python weasyprint_quote.py ROUNDS < page.html`.

Prints the milliseconds of each round as JSON. Needs nothing of ours, since that Python has nothing of ours.
"""

import json
import sys
import time


def main(rounds: int) -> None:
    """Print it once cold, then so many times."""
    from weasyprint import HTML  # type: ignore[import-not-found] # in none of the locks

    page = sys.stdin.read()
    HTML(string=page).write_pdf()
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        HTML(string=page).write_pdf()
        spent.append((time.perf_counter() - began) * 1000)
    print(json.dumps(spent))


if __name__ == "__main__":
    main(int(sys.argv[1]))
