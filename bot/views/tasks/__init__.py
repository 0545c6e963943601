"""What people see of a task: its card, its forms, its story, lists of tasks."""
