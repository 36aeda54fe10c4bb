"""Rules: what the product promises. One module a noun, functions are verbs.

- `access` who sees what: the one gate
- `guide` who acts on a step, here, for this person; on `facts`, `precedence`,
  `resolution` and `opening`
- `catalogue` the process and the places as they are now, kept by the change counter
- `changes` what changed since, and by whom
- `exchange` files in and out; on `values`, `spreadsheets`, `columns` and `upsert`
- `calendar_objects` meetings as the bytes that calendars read, on `content_lines`;
  `incoming` what comes back; on `recurrence`, `rrule` and `zones`
- `search` what fits what was typed; on `relevance`, `lexicon` and `search_index`
- `listing` the pages of a list
- `reference` the data the product starts with
"""
