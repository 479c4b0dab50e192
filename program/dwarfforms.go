package program

// The encodings of DWARF attributes, versions 2 to 5 (DWARF 5, section 7.5.6).
const (
	formAddr          = 0x01
	formBlock2        = 0x03
	formBlock4        = 0x04
	formData2         = 0x05
	formData4         = 0x06
	formData8         = 0x07
	formString        = 0x08
	formBlock         = 0x09
	formBlock1        = 0x0a
	formData1         = 0x0b
	formFlag          = 0x0c
	formSdata         = 0x0d
	formStrp          = 0x0e
	formUdata         = 0x0f
	formRefAddr       = 0x10
	formRef1          = 0x11
	formRef2          = 0x12
	formRef4          = 0x13
	formRef8          = 0x14
	formRefUdata      = 0x15
	formIndirect      = 0x16
	formSecOffset     = 0x17
	formExprloc       = 0x18
	formFlagPresent   = 0x19
	formStrx          = 0x1a
	formAddrx         = 0x1b
	formRefSup4       = 0x1c
	formStrpSup       = 0x1d
	formData16        = 0x1e
	formLineStrp      = 0x1f
	formRefSig8       = 0x20
	formImplicitConst = 0x21
	formLoclistx      = 0x22
	formRnglistx      = 0x23
	formRefSup8       = 0x24
	formStrx1         = 0x25
	formStrx2         = 0x26
	formStrx3         = 0x27
	formStrx4         = 0x28
	formAddrx1        = 0x29
	formAddrx2        = 0x2a
	formAddrx3        = 0x2b
	formAddrx4        = 0x2c
)

// value is one attribute: a number (an address, constant, flag, index, or
// offset into a section) or bytes (a block or an inline string).
type value struct {
	form uint16
	u    uint64
	b    []byte
}

// isAddrx reports whether u is an index into .debug_addr.
func (v *value) isAddrx() bool {
	return v.form == formAddrx || v.form >= formAddrx1 && v.form <= formAddrx4
}

// fixedSize is the size of a form, 0 if its bytes must be looked at.
func (u *unit) fixedSize(form uint16) int {
	switch form {
	case formAddr:
		return u.addrSize
	case formData1, formFlag, formRef1, formStrx1, formAddrx1:
		return 1
	case formData2, formRef2, formStrx2, formAddrx2:
		return 2
	case formStrx3, formAddrx3:
		return 3
	case formData4, formRef4, formStrx4, formAddrx4, formRefSup4:
		return 4
	case formData8, formRef8, formRefSig8, formRefSup8:
		return 8
	case formStrp, formSecOffset, formLineStrp, formStrpSup:
		return u.offSize
	case formRefAddr:
		if u.version == 2 {
			return u.addrSize
		}
		return u.offSize
	}
	return 0
}

// skip passes over one attribute.
func (u *unit) skip(c *cursor, a *attrSpec) {
	if n := u.fixedSize(a.form); n > 0 {
		c.skip(uint64(n))
		return
	}
	switch a.form {
	case formString:
		c.cstr()
	case formUdata, formRefUdata, formStrx, formAddrx, formLoclistx, formRnglistx, formSdata:
		for c.u8() >= 0x80 && !c.bad {
		}
	default:
		u.read(c, a)
	}
}

// read decodes one attribute.
func (u *unit) read(c *cursor, a *attrSpec) (v value) {
	v.form = a.form
	if n := u.fixedSize(a.form); n > 0 {
		v.u = c.uint(n)
		if a.form >= formRef1 && a.form <= formRef8 {
			v.u += u.off
		}
		return v
	}
	switch a.form {
	case formString:
		v.b = c.cstr()
	case formUdata, formStrx, formAddrx, formLoclistx, formRnglistx:
		v.u = c.uleb()
	case formRefUdata:
		v.u = c.uleb() + u.off
	case formSdata:
		v.u = uint64(c.sleb())
	case formFlagPresent:
		v.u = 1
	case formImplicitConst:
		v.u = uint64(a.implicit)
	case formBlock1:
		v.b = c.take(uint64(c.u8()))
	case formBlock2:
		v.b = c.take(uint64(c.u16()))
	case formBlock4:
		v.b = c.take(uint64(c.u32()))
	case formBlock, formExprloc:
		v.b = c.take(c.uleb())
	case formData16:
		v.b = c.take(16)
	case formIndirect:
		form := c.uleb()
		if form == formIndirect || form == formImplicitConst || form > formAddrx4 {
			c.bad = true
			return v
		}
		return u.read(c, &attrSpec{attr: a.attr, form: uint16(form)})
	default:
		c.bad = true
	}
	return v
}
