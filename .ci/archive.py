"""Runs the view and the queries of docs/archive.md on archived objects, with DuckDB.

usage: archive.py FOLDER EVENTS
FOLDER holds events/dt=…/hour=…/*.jsonl.gz as the events function wrote them; EVENTS of them differ.
"""

import pathlib
import re
import shutil
import sys
import tempfile

import duckdb


def page():
    """The SQL blocks of the page: Athena's table, DuckDB's view in its place, and the rest."""
    text = (pathlib.Path(__file__).resolve().parent.parent / "docs" / "archive.md").read_text()
    blocks = re.findall(r"```sql\n(.*?)```", text, re.S)
    [table] = [b for b in blocks if b.startswith("CREATE EXTERNAL TABLE")]
    [local] = [b for b in blocks if b.startswith("CREATE VIEW kvs_infer_archive")]
    return table, local, [b for b in blocks if b not in (table, local)]


def columns(table):
    """Names of the columns of Athena's table, partitions included, sorted."""
    flat = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", table))
    listed = re.findall(r"\((.*?)\)", flat, re.S)[:2]
    return sorted(column.split()[0] for part in listed for column in part.split(","))


def ask(folder):
    """The answers of all queries of the page on one folder, and what the archive holds in all."""
    table, local, (view, *queries) = page()
    database = duckdb.connect()
    database.execute(local.replace("FOLDER", str(folder)))
    described = database.execute("DESCRIBE kvs_infer_archive").fetchall()
    if sorted(row[0] for row in described) != columns(table):
        sys.exit(f"DuckDB's view and Athena's table differ: {described}, {columns(table)}")
    database.execute(view)
    count = "SELECT count(*), count(DISTINCT event_id) FROM "
    lines = database.execute(count + "kvs_infer_archive").fetchone()
    events = database.execute(count + "kvs_infer_events").fetchone()
    return lines, events, [database.execute(q).fetchall() for q in queries]


def main():
    folder, expected = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    objects = sorted(folder.glob("events/dt=*/hour=*/*.jsonl.gz"))
    if not objects:
        sys.exit(f"no archived objects in {folder}/events")
    lines, events, answers = ask(folder)
    print(f"{len(objects)} objects, {lines[0]} lines, {events[0]} events: {answers[0]}")
    if events != (expected, expected):
        sys.exit(f"the view gives {events}, the table holds {expected} events")
    if not answers[0]:
        sys.exit("no incidents by day, camera and label")

    # The same objects with some lines twice, as a batch that came again in other pieces leaves them.
    with tempfile.TemporaryDirectory() as copy:
        twice = pathlib.Path(copy)
        shutil.copytree(folder / "events", twice / "events")
        first = sorted(twice.glob("events/dt=*/hour=*/*.jsonl.gz"))[0]
        shutil.copy(first, first.with_name("again-" + first.name))
        more, same, repeated = ask(twice)
        if not more[0] > lines[0] or same != events or repeated != answers:
            sys.exit(f"repeated lines change the answer: {more}, {same}, {repeated}")
    print("repeated lines change nothing")


main()
