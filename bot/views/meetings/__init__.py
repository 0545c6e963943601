"""What people see of a meeting: its card, its forms, its story, lists of meetings, files."""
