// Nothing: it is compiled so that the libraries' precompiled header is made.
