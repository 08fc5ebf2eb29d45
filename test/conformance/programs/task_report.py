"""Counts the tasks of an account by who has them: done, skipped, overdue and open.

    python3 task_report.py <base url> <key>

The standard library alone. Reads every page of /tasks, as fast as the budgets allow.
"""

import collections
import datetime
import json
import sys
import time
import urllib.error
import urllib.request

base, key = sys.argv[1:3]


def get(path):
    request = urllib.request.Request(base + path, headers={"Authorization": key})
    while True:
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            time.sleep(int(error.headers["X-RateLimit-Retry-After"]))


def state(task, now):
    if task["completed_at"] is not None:
        return "skipped" if task["skipped"] else "done"
    if task["due_at"] is None:
        return "open"
    due = datetime.datetime.strptime(task["due_at"], "%Y-%m-%dT%H:%M:%SZ")
    return "overdue" if due < now else "open"


counts = collections.defaultdict(collections.Counter)
now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
page, pages, seen = 1, 1, 0
while page <= pages:
    answer = get(f"/tasks?page={page}&per_page=200")
    pages = answer["meta"]["total_pages"]
    for task in answer["data"]:
        who = task["assignee"]["name"] if task["assignee"] else "nobody"
        counts[who][state(task, now)] += 1
        seen += 1
    page += 1

for who in sorted(counts):
    print(who, " ".join(f"{name}={counts[who][name]}" for name in ("done", "skipped", "overdue", "open")))
print(f"total {seen}")
