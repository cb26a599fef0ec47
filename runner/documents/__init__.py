"""Facts to obligations and deadlines to documents: what the law asks for, on counsel's desk."""
