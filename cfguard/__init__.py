"""Checks what a Cloudflare Workers + D1 project keeps in its repository, before it is deployed."""

__version__ = "0.1.0"
