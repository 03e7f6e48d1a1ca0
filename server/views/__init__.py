"""What the domain says, in the structs of the contract: for controllers that share an answer."""
