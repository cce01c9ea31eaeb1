"""The facilitators' control desk."""
