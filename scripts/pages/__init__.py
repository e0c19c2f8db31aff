"""The pages of docs/ that are made from the code, a module each: ``lines()`` gives what is on the page."""
