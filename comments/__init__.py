"""What readers say: threads, comments, the queue they wait in, and the decisions about them."""
