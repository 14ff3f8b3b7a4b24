"""The lessons themselves, in pure Python: no page, no browser, no Streamlit.

``core`` holds the words of the course, ``engine`` the machinery; neither knows a lesson. A lesson is a folder
in its chapter, and its ``LESSON`` (see ``core.lesson``) is all that pages and tests know of it.
"""
