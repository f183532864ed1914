#pragma once

#include "paper/typeface.hpp"

#include <pango/pangocairo.h>

#include <memory>
#include <vector>

// What only those files of this room may see that speak to Pango.
namespace bccid {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <class Object>
using GlibPtr = std::unique_ptr<Object, Unref>;

struct SetText::State {
  GlibPtr<PangoLayout> layout = {};
  std::vector<double> indents = {};  // of each line within the cell, in points
};

}  // namespace bccid
