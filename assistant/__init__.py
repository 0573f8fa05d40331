"""Question in, reply out: readers, citations, abstention, the server and the evaluation."""
