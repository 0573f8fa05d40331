"""How good the answers are: gold pairs and BEIR folders, measured."""
