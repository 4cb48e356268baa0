"""What the made-up readers of the demo publication say."""
