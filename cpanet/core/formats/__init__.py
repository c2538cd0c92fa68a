"""How dates are written, language by language: Django's FORMAT_MODULE_PATH."""
