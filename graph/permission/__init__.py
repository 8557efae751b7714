"""Who may act: the guard before each step, the seal on a thread, who is signed in, their answers, and the permits."""
