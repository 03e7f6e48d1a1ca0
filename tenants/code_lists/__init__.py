"""The network's code lists: types of client, ways of knowing the centre, purposes, age bands…"""
