"""The lessons themselves, in pure Python: no page, no browser, no Streamlit.

Every lesson module exports the same five words: ``Inputs``, ``Result``, ``run``, ``figure`` and ``snippet``.
"""
