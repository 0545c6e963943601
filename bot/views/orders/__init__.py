"""What people see of an order: its card, its forms, its story, lists of orders."""
