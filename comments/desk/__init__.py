"""The moderation desk, a view under the admin: what waits is read here, and decided.

- where somebody is, and what is listed there: places, filters, lists, lookup
- what they see: reading, queue, surroundings, news
- what they press: deciding, wishes, writing, aside
- what the desk says to that: answers
"""
