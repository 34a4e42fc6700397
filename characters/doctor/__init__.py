"""What someone who helps an operator would ask, each subject in a module of its own."""
