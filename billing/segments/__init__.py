"""What segments ask of money: dossiers and quotes; imported, its criteria stand in the tenants' registry."""
