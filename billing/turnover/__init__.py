"""Turnover: what stays are sold for, broken down by the nights they were billed for."""
