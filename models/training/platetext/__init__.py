"""Plate text: a small CTC reader trained on plates that are rendered as training goes."""
