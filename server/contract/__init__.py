"""What goes over the wire between the server and its clients: frozen structs, and nothing else of ours."""
