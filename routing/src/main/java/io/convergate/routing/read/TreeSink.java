package io.convergate.routing.read;

/**
 * Takes what a parser builds, piece by piece, so that of a long list no more than one item need be there. The items of a
 * document come before it; only then is it known whether it was a list.
 */
interface TreeSink {
    /** One element of the sequence {@code items} at the top of the document that comes next. */
    void item(Tree item);

    /** A whole document; if it has a sequence {@code items} at its top, that one is empty here. */
    void document(Tree document);
}
