"""Text messages: how long one is, and the gateway that carries it; what may be sent to whom is the tenants' business."""
