"""What readers say: threads, comments, the queue they wait in, and the decisions about them.

The rooms of this house, and the modules in each:

- the pages of readers: views, threads, drawing, forms, policy, refusals, reporting, receiving, origin
- a commenter's own pages: own_page, own_forms, own_letters, your_data, export
- how a comment comes to be: submission, earlier, flood, network
- the first look: evidence, screening, wordlists, lookalikes, learning, known
- what happens to it: moderation, editing, answering, objections, reports, privacy, erasure_log
- who may, and who is told: access, roles, permits, notifications
- where moderators work (it has rooms of its own), and who has what in hand: desk, leases
- the staff's other pages: by_mail, reports_desk, record, record_search, figures, charts, pausing, wordlist_pages,
  deleting, preferences
- what all stand on: models, markup, migrations; admin, urls, apps, templatetags; demo
"""
