"""The shapes that other people write or read, as pydantic models; imported only where they are needed.

``schemas/*.schema.json`` are generated from them by ``scripts/generate_schemas.py``.
"""
