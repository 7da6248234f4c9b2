"""What may happen to a drive. Views, tasks and commands call these; nothing else writes."""
