"""What people see of a complaint."""
