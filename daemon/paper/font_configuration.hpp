#pragma once

namespace bccid {

// Makes fontconfig read the machine's configuration, once in the life of the process; whoever comes later
// returns at once. Without it a font library would do so at a moment and in a thread of its own choice.
void read_font_configuration();

}  // namespace bccid
